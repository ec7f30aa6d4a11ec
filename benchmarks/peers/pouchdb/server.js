'use strict'
// node server.js ROWS FOLDER: CouchDB's protocol over a LevelDB of its own, filled with the rows.

const express = require('express')
const PouchDB = require('pouchdb')
const { read, asObject } = require('./rows')
const { serve } = require('./talk')

const [rows, folder] = process.argv.slice(2)
const Stored = PouchDB.defaults({ prefix: folder + '/' })

async function put(database, file) {
  for await (const { entity, columns, rows } of read(file)) {
    const docs = rows.map((row) => {
      const { id, ...values } = asObject(columns, row)
      return { _id: `${entity}:${id}`, ...values }
    })
    const known = await database.allDocs({ keys: docs.map((doc) => doc._id) })
    known.rows.forEach((one, place) => { if (one.value) docs[place]._rev = one.value.rev })
    await database.bulkDocs(docs)
  }
  return {}
}

async function main() {
  const database = new Stored('network')
  await put(database, rows)
  const app = express()
  app.use(require('express-pouchdb')(Stored, { mode: 'minimumForPouchDB', inMemoryConfig: true }))
  const server = app.listen(0, '127.0.0.1', () => {
    process.stdout.write(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/network` }) + '\n')
    serve({ change: (order) => put(database, order.file) })
  })
}

main()

'use strict'
// The same packed rows that the floor gets: NDJSON, gzip, column names before an entity's rows or beside them.

const fs = require('node:fs')
const readline = require('node:readline')
const zlib = require('node:zlib')

async function* read(file) {
  const columns = {}
  const input = fs.createReadStream(file).pipe(zlib.createGunzip())
  for await (const line of readline.createInterface({ input })) {
    if (!line) continue
    const message = JSON.parse(line)
    if (message.columns) columns[message.entity] = message.columns
    if (message.rows) yield { entity: message.entity, columns: columns[message.entity], rows: message.rows }
  }
}

const asObject = (columns, row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))

module.exports = { read, asObject }

'use strict'
// node server.js ROWS FOLDER: the two endpoints that WatermelonDB's synchronize() wants, over better-sqlite3.

const http = require('node:http')
const zlib = require('node:zlib')
const Database = require('better-sqlite3')
const { read, asObject } = require('./rows')
const { serve } = require('./talk')
const { fields } = require('./tables')

const [rows, folder] = process.argv.slice(2)
const database = new Database(folder + '/server.db')
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.pragma('cache_size = -64000')

const names = Object.fromEntries(Object.keys(fields).map((entity) => [entity, ['id', ...Object.keys(fields[entity])]]))
const upserts = {}
for (const [entity, columns] of Object.entries(names)) {
  const sets = columns.slice(1).map((name) => `${name} = excluded.${name}`).join(', ')
  database.exec(`CREATE TABLE ${entity} (${columns.join(', ')}, version INTEGER, born INTEGER, PRIMARY KEY (id))`)
  database.exec(`CREATE INDEX version_${entity} ON ${entity} (version)`)
  upserts[entity] = database.prepare(
    `INSERT INTO ${entity} (${columns.join(', ')}, version, born) VALUES (${columns.map(() => '?').join(', ')}, ?, ?) ` +
    `ON CONFLICT (id) DO UPDATE SET ${sets}, version = excluded.version`
  )
}

let version = 0

async function put(file) {
  version += 1
  for await (const { entity, columns, rows } of read(file)) {
    database.transaction(() => {
      for (const row of rows) {
        const object = asObject(columns, row)
        upserts[entity].run(...names[entity].map((name) => object[name] ?? null), version, version)
      }
    })()
  }
  return {}
}

function pull(since) {
  const changes = {}
  for (const [entity, columns] of Object.entries(names)) {
    const select = `SELECT ${columns.join(', ')} FROM ${entity} WHERE version > ? AND born`
    changes[entity] = {
      created: database.prepare(`${select} > ?`).all(since, since),
      updated: database.prepare(`${select} <= ?`).all(since, since),
      deleted: []
    }
  }
  return { changes, timestamp: version }
}

function push(changes) {
  version += 1
  database.transaction(() => {
    for (const [entity, { created, updated }] of Object.entries(changes)) {
      for (const row of [...created, ...updated]) {
        upserts[entity].run(...names[entity].map((name) => row[name] ?? null), version, version)
      }
    }
  })()
  return {}
}

async function main() {
  await put(rows)
  const server = http.createServer((request, response) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const body = JSON.parse(zlib.gunzipSync(Buffer.concat(parts)))
      const answer = request.url === '/pull' ? pull(body.since) : push(body)
      const packed = zlib.gzipSync(JSON.stringify(answer), { level: 1 })
      response.writeHead(200, {
        'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Content-Length': packed.length
      })
      response.end(packed)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }) + '\n')
    serve({ change: (order) => put(order.file) })
  })
}

main()

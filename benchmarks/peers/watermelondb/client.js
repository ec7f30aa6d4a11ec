'use strict'
// node client.js URL FOLDER: synchronize() as its documentation says, on better-sqlite3.

const started = performance.now()
const zlib = require('node:zlib')
const { Database, Model, appSchema, tableSchema } = require('@nozbe/watermelondb')
const SQLiteAdapter = require('@nozbe/watermelondb/adapters/sqlite').default
const { synchronize } = require('@nozbe/watermelondb/sync')
const { serve, peakMemoryMb } = require('./talk')
const { fields, indexed } = require('./tables')

const [url, folder] = process.argv.slice(2)
const STAMPS = new Set(['created_at', 'updated_at']) // WatermelonDB insists that they are there
const tables = Object.entries(fields).map(([name, columns]) => tableSchema({
  name,
  columns: Object.entries(columns).map(([column, type]) => ({
    name: column, type, isOptional: !STAMPS.has(column), isIndexed: indexed[name].includes(column)
  }))
}))
const schema = appSchema({ version: 1, tables })
const modelClasses = Object.keys(fields).map((name) => {
  const made = class extends Model {}
  made.table = name
  return made
})
const adapter = new SQLiteAdapter({ schema, dbName: folder + '/local' })
const database = new Database({ adapter, modelClasses })

async function ask(path, message) {
  const body = zlib.gzipSync(JSON.stringify(message), { level: 1 })
  const answer = await fetch(url + path, { method: 'POST', body })
  return answer.json()
}

const count = (changes) => Object.values(changes)
  .reduce((sum, one) => sum + one.created.length + one.updated.length + one.deleted.length, 0)

async function round(from) {
  const cpu = process.cpuUsage()
  let pulled = 0
  let pushed = 0
  await synchronize({
    database,
    pullChanges: async ({ lastPulledAt }) => {
      const answer = await ask('/pull', { since: lastPulledAt || 0 })
      pulled = count(answer.changes)
      return answer
    },
    pushChanges: async ({ changes }) => {
      pushed = count(changes)
      await ask('/push', changes)
    },
    _unsafeBatchPerCollection: true
  })
  const used = process.cpuUsage(cpu)
  return {
    s: (performance.now() - from) / 1000,
    cpu_s: (used.user + used.system) / 1e6,
    peak_memory_mb: peakMemoryMb(),
    pulled,
    pushed
  }
}

const rows = (table, sql, values) => database.get(table)
  .query(require('@nozbe/watermelondb').Q.unsafeSqlQuery(sql, values)).unsafeFetchRaw()

serve({
  first: () => round(started),
  pull: () => round(performance.now()),
  push: () => round(performance.now()),
  edit: async (order) => {
    const all = await database.get('contact').query().fetch()
    const some = all.slice(0, order.count)
    await database.write(() => database.batch(some.map((contact, number) => contact.prepareUpdate(() => {
      contact._setRaw('phone', `${order.phone}-${String(number).padStart(6, '0')}`)
    }))))
    return { edited: some.length }
  },
  check: async (order) => {
    const [sold] = await rows('order_line', 'SELECT count(*) AS lines, sum(net) AS net FROM order_line', [])
    const [found] = await rows('contact', 'SELECT count(*) AS phones FROM contact WHERE phone LIKE ?', [order.phone + '-%'])
    return { sold: [sold.lines, sold.net], phones: found.phones }
  }
})

'use strict'
// node client.js URL FOLDER: replicates from and to the server, 1,000 documents at a time.

const started = performance.now()
const PouchDB = require('pouchdb')
const { serve, peakMemoryMb } = require('./talk')

const [url, folder] = process.argv.slice(2)
const local = new PouchDB(folder + '/local')
const options = { batch_size: 1000 }

async function timed(from, work) {
  const cpu = process.cpuUsage()
  const counts = await work()
  const used = process.cpuUsage(cpu)
  return {
    s: (performance.now() - from) / 1000,
    cpu_s: (used.user + used.system) / 1e6,
    peak_memory_mb: peakMemoryMb(),
    ...counts
  }
}

const pulled = async () => ({ pulled: (await local.replicate.from(url, options)).docs_written })
const pushed = async () => ({ pushed: (await local.replicate.to(url, options)).docs_written })
const all = async (entity) =>
  (await local.allDocs({ startkey: `${entity}:`, endkey: `${entity}:\uffff`, include_docs: true })).rows

serve({
  first: () => timed(started, pulled),
  pull: () => timed(performance.now(), pulled),
  push: () => timed(performance.now(), pushed),
  edit: async (order) => {
    const docs = (await all('contact')).slice(0, order.count).map((row) => row.doc)
    docs.forEach((doc, number) => { doc.phone = `${order.phone}-${String(number).padStart(6, '0')}` })
    await local.bulkDocs(docs)
    return { edited: docs.length }
  },
  check: async (order) => {
    const lines = await all('order_line')
    const contacts = await all('contact')
    return {
      sold: [lines.length, lines.reduce((sum, row) => sum + row.doc.net, 0)],
      phones: contacts.filter((row) => row.doc.phone.startsWith(order.phone + '-')).length
    }
  }
})

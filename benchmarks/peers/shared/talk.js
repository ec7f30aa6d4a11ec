'use strict'
// Orders come as lines of JSON on standard input, one line answers each. Ends when standard input does.

const readline = require('node:readline')

async function serve(orders) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line)
    let answer
    try {
      answer = await orders[order.do](order)
    } catch (error) {
      answer = { error: String(error && error.stack || error) }
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
  process.exit(0)
}

const peakMemoryMb = () => process.resourceUsage().maxRSS * 1024 / 1e6

module.exports = { serve, peakMemoryMb }

// Judges values by the rule of the JavaScript client. Each line of input is a JSON object: `value` in
// base64, and `heads`; each line of output is the organization, or nothing if the record is void.
import { createInterface } from 'node:readline'
import { judge } from '../../clients/javascript/src/rule.ts'

for await (const line of createInterface({ input: process.stdin })) {
  const { value, heads } = JSON.parse(line)
  console.log(judge(Buffer.from(value, 'base64'), new Map(Object.entries(heads)), 0, 1) ?? '')
}

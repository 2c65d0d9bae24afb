// Reads each record of standard input, one a line, with the official CloudEvents SDK, strictly, and
// prints the type that it finds.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { HTTP } = createRequire(new URL('../../clients/javascript/package.json', import.meta.url))('cloudevents')
for await (const body of createInterface({ input: process.stdin })) {
  const event = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body })
  event.validate()
  console.log(event.type)
}

// Prints the faults that AsyncAPI's own parser finds in docs/asyncapi.json, and writes the types that
// json-schema-to-typescript makes from docs/events.schema.json to the file that is named.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../build/documents/package.json', import.meta.url))
const { Parser } = require('@asyncapi/parser')
const { compileFromFile } = require('json-schema-to-typescript')
const docs = new URL('../../docs/', import.meta.url).pathname

const found = await new Parser().parse(readFileSync(`${docs}asyncapi.json`, 'utf8'), {
  source: `${docs}asyncapi.json`
})
for (const { severity, message, path } of found.diagnostics) {
  if (severity <= 1) console.log(path.join('.'), message) // an error or a warning
}
const options = { additionalProperties: false } // else every type has an index signature
writeFileSync(process.argv[2]!, await compileFromFile(`${docs}events.schema.json`, options))

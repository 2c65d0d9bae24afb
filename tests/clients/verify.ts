// Verifies the message in standard input, { secret, headers, body }, with the official library of
// Standard Webhooks, and prints its event.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../build/documents/package.json', import.meta.url))
const { Webhook } = require('standardwebhooks')

const { secret, headers, body } = JSON.parse(readFileSync(0, 'utf8'))
console.log(JSON.stringify(new Webhook(secret).verify(body, headers)))

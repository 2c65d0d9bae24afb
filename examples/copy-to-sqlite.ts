// Copies the events of a topic into SQLite, each exactly once.
//
//     node copy-to-sqlite.ts BOOTSTRAP_SERVERS TOPIC DATABASE [--until-end]
//
// Each event and the position behind it are committed together. So this program can be killed at
// any time and started again: it goes on behind the last event that is in the database.
import { DatabaseSync } from 'node:sqlite'
import { facts, type Head } from '../clients/javascript/src/topic.ts'

const [servers = '', topic = '', path = '', ...options] = process.argv.slice(2)
const database = new DatabaseSync(path, { timeout: 5000 }) // ms that others may hold its lock
database.exec(`
  CREATE TABLE IF NOT EXISTS event (
    organization TEXT, sequence INTEGER, type TEXT, subject TEXT, time TEXT, data TEXT,
    PRIMARY KEY (organization, sequence));
  CREATE TABLE IF NOT EXISTS head (
    organization TEXT PRIMARY KEY, sequence INTEGER, hash TEXT, "partition" INTEGER,
    "offset" INTEGER)`)
const heads = database.prepare('SELECT * FROM head').all() as unknown as Head[]
const addEvent = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)')
const setHead = database.prepare('REPLACE INTO head VALUES (?, ?, ?, ?, ?)')

const config = { bootstrapBrokers: servers.split(',') }
const untilEnd = options.includes('--until-end')
for await (const { head, event } of facts(config, topic, heads, { untilEnd })) {
  const { type, subject, time, data } = event
  database.exec('BEGIN')
  addEvent.run(head.organization, head.sequence, type, subject, time, JSON.stringify(data))
  setHead.run(head.organization, head.sequence, head.hash, head.partition, head.offset)
  database.exec('COMMIT')
}

// The acceptance rule of docs/events.md: which records of a log count.

/** The last fact of an organization. `hash` is SHA-256 of its bytes. */
export interface ChainHead {
  sequence: number
  hash: string
}

export const FIRST: ChainHead = { sequence: 0, hash: '0'.repeat(64) }

const SOURCE = /^\/organizations\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[-+.\w]+/g
const LONE_SURROGATE = /\p{Surrogate}/u

/** The attributes that are strings; undefined when this is no object that can be a fact. */
function readAttributes(value: Uint8Array): Map<string, string> | undefined {
  let text
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
    JSON.parse(text) // what follows need not look for errors of syntax
  } catch {
    return undefined
  }
  const attributes = new Map<string, string>()
  const names = new Set<string>()
  let [depth, before, name] = [0, '', '']
  for (const [token] of text.matchAll(TOKEN)) {
    if (depth === 0 && token !== '{') return undefined
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (token.startsWith('"')) {
      const string = token.includes('\\') ? JSON.parse(token) as string : token.slice(1, -1)
      if (LONE_SURROGATE.test(string)) return undefined
      if (depth === 1 && before === ':') attributes.set(name, string)
      else if (depth === 1) {
        if (names.has(string)) return undefined
        names.add(name = string)
      }
    } else if (/^[-0-9]/.test(token) && !Number.isFinite(Number(token))) return undefined
    before = token
  }
  return attributes
}

/** Kafka's murmur2 of an organization's id. */
export function partitionOf(organization: string, partitions: number): number {
  const data = Buffer.from(organization, 'ascii')
  let result = 0x9747b28c ^ data.length
  for (let at = 0; at < data.length; at += 4) { // an id has 36 characters: no bytes are left over
    const word = Math.imul(data.readInt32LE(at), 0x5bd1e995)
    result = Math.imul(result, 0x5bd1e995) ^ Math.imul(word ^ (word >>> 24), 0x5bd1e995)
  }
  result = Math.imul(result ^ (result >>> 13), 0x5bd1e995)
  return ((result ^ (result >>> 15)) & 0x7fffffff) % partitions
}

/** The organization whose next fact this record is, or undefined if it is void. */
export function judge(
  value: Uint8Array | null, heads: ReadonlyMap<string, ChainHead>, partition: number,
  partitions: number
): string | undefined {
  const attributes = value && readAttributes(value) // Kafka has records without a value
  const organization = attributes && SOURCE.exec(attributes.get('source') ?? '')?.[1]
  if (!organization || partitionOf(organization, partitions) !== partition) return undefined
  const { sequence, hash } = heads.get(organization) ?? FIRST
  if (attributes.get('sequence') !== String(sequence + 1)) return undefined
  return attributes.get('prevhash') === hash ? organization : undefined
}

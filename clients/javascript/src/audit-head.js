// Signed heads: C2SP checkpoints in signed notes (docs/auditing.md). WebCrypto is all that it needs.

const KEY = /^([^\x00- +\x7f]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/
const SIGNATURE = /^— ([^\x00- +\x7f]+) ([A-Za-z0-9+/]{5,}={1,2}|[A-Za-z0-9+/]{8,})$/
const TEXT = RegExp(
  '^([^\\x00-\\x1f\ufffd]+)\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\nchain ([0-9a-f]{64})\n' +
  '(?:histories ([0-9a-f]{64})\n)?(?:[^\\x00-\\x1f\ufffd]+\n)*$')

/** What is wrong with the export. */
export class Altered extends Error {}
/** Why nothing can be said about it. */
export class CannotTell extends Error {}

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{ label: string, origin: string, size: number, root: string, chain: string,
 *   histories: string | undefined }} Head */
/** @typedef {{ name: string, id: string, key: CryptoKey }} Key */

/** @param {Uint8Array[]} parts */
export function join(...parts) {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0)
  return bytes
}

/** @param {Uint8Array[]} parts */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)))
}

/** @param {Bytes} bytes */
export const toHex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
/** @param {Bytes} bytes */
export const toBase64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))

/** Throws if it is not what toBase64 gives. @param {string} text */
export function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0))
  if (toBase64(bytes) !== text) throw new Error('no base64')
  return bytes
}

/** The root of a tree, by its complete subtrees. @param {{ node: Bytes }[]} subtrees */
export async function rootOf(subtrees) {
  let root = subtrees.at(-1)?.node ?? await sha256()
  for (const { node } of subtrees.slice(0, -1).reverse()) {
    root = await sha256(Uint8Array.of(1), node, root)
  }
  return root
}

/** @param {string[]} texts @returns {Promise<Key[]>} */
export async function readKeys(texts) {
  return Promise.all(texts.map(async text => {
    const [, name = '', id, encoded = ''] = KEY.exec(text) ?? []
    const data = fromBase64(encoded)
    const hash = await sha256(new TextEncoder().encode(`${name}\n`), data)
    if (id !== toHex(hash).slice(0, 8) || data[0] !== 1) {
      throw new CannotTell(`${text} is no verifier key`)
    }
    const key = await crypto.subtle.importKey('raw', data.slice(1), 'Ed25519', false, ['verify'])
    return { name, id, key }
  }))
}

/** What a note says. Throws. @param {string} note */
function readNote(note) {
  const text = note.slice(0, note.slice(0, -1).lastIndexOf('\n\n') + 1)
  const [, origin = '', size, root = '', chain = '', histories] = TEXT.exec(text) ?? []
  if (!origin || fromBase64(root).length !== 32 || !note.endsWith('\n')) throw new Error('no head')
  const signatures = note.slice(text.length + 1, -1).split('\n').map(line => {
    const [, name, encoded] = SIGNATURE.exec(line) ?? []
    if (!encoded) throw new Error('no signature')
    const data = fromBase64(encoded)
    return { name, id: toHex(data.slice(0, 4)), bytes: data.slice(4) }
  })
  return { text, origin, size: Number(size), root, chain, histories, signatures }
}

/** Throws Altered for a wrong signature, CannotTell if there is none by one of the keys.
 * @param {string} note @param {Key[]} keys @param {string} label @returns {Promise<Head>} */
export async function openHead(note, keys, label) {
  let read
  try {
    read = readNote(note)
  } catch {
    throw new CannotTell(`head ${label}: it is no signed note of a head`)
  }
  const { text, signatures, ...head } = read
  let known = false
  for (const { name, id, bytes } of signatures) {
    const key = keys.find(it => it.name === name && it.id === id)?.key
    if (!key) continue
    known = true
    if (!await crypto.subtle.verify('Ed25519', key, bytes, new TextEncoder().encode(text))) {
      throw new Altered(`head ${label}: its signature is wrong`)
    }
  }
  if (!known) throw new CannotTell(`head ${label}: it is not signed by any of the keys`)
  return { label, ...head }
}

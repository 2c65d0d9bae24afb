// Bytes: their hashes, as hex and as base64, and as the lines of a stream. WebCrypto is all that it
// needs.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @param {Uint8Array[]} parts */
function join(...parts) {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0)
  return bytes
}

/** @param {Uint8Array[]} parts */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)))
}

/** @param {string} text */
export const toBytes = text => new TextEncoder().encode(text)
/** @param {Bytes} bytes */
export const toText = bytes => new TextDecoder().decode(bytes)
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

/** The same in base64url without padding. @param {string} text */
export const fromBase64Url = text =>
  fromBase64(text.replaceAll('-', '+').replaceAll('_', '/') + '='.repeat(-text.length & 3))

/** The lines of a stream, without their line feeds. One that is longer than `max` bytes is the last.
 * @param {ReadableStream<Uint8Array>} stream @param {number} max */
export async function * linesOf(stream, max) {
  let rest = new Uint8Array()
  for (const reader = stream.getReader(); rest.length <= max;) {
    const { done, value } = await reader.read()
    if (done) break
    const bytes = join(rest, value)
    let begin = 0
    for (let end; (end = bytes.indexOf(10, begin)) >= 0; begin = end + 1) {
      yield bytes.subarray(begin, end)
      if (end - begin > max) return
    }
    rest = bytes.subarray(begin)
  }
  if (rest.length) yield rest
}

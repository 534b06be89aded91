// Seals a secret before it leaves the browser: libsodium's crypto_box_seal, which GitHub's clients use.
// The server puts this behind tweetnacl and blakejs, unchanged, in one script (src/pages/web/assets.ts).
const nacl = require('tweetnacl')
const { blake2b } = require('./blake2b')

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

// Whoever seals has a key pair for this one box, whose public half the box begins with; the nonce is of both.
function sealed(value, publicKey) {
  const once = nacl.box.keyPair()
  const keys = new Uint8Array([...once.publicKey, ...publicKey])
  const nonce = blake2b(keys, null, nacl.box.nonceLength)
  const box = nacl.box(new TextEncoder().encode(value), nonce, publicKey, once.secretKey)
  return base64(new Uint8Array([...once.publicKey, ...box]))
}

for (const form of document.querySelectorAll('form[data-public-key]')) {
  const note = form.querySelector('[data-sealed]')
  if (note) note.textContent = note.dataset.sealed
  form.addEventListener('formdata', ({ formData }) => {
    const value = String(formData.get('value') ?? '').replaceAll('\r\n', '\n')
    // First of all, so that nothing that goes wrong below lets it out.
    formData.delete('value')
    if (value === '') return
    formData.set('encrypted_value', sealed(value, bytesOf(form.dataset.publicKey)))
    formData.set('key_id', form.dataset.keyId)
  })
}

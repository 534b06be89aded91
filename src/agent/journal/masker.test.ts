import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import { needlesOf, openMasker } from './masker.ts'

const password = "s3cr3t-Pa$$'word/+ x"
const key = '-----BEGIN KEY-----\nAAAAB3NzaC1yc2E\nZZZtopsecretline\n-----END KEY-----\n'
const token = 'tok_abcdef123456'
const secrets = [password, key, token].map((value) => new Secret(value))

function maskAll(text: string, ofSecrets = secrets): string {
  const masker = openMasker(needlesOf(ofSecrets))
  return masker.write(text) + masker.end()
}

function maskInPieces(text: string, cuts: readonly number[], needles = needlesOf(secrets)): string {
  const masker = openMasker(needles)
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])]
  const sorted = places.sort((a, b) => a - b)
  const pieces = sorted.slice(1).map((place, at) => text.slice(sorted[at], place))
  return pieces.map((piece) => masker.write(piece)).join('') + masker.end()
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

const leaks: readonly string[] = [
  `plain ${password} end`,
  `set -x: ${key.trim().replaceAll('\n', ' ')}`,
  `a terminal: ${key.replaceAll('\n', '\r\n')}`,
  'one line of it: ZZZtopsecretline.',
  `basic ${base64(`user:${token}`)}`,
  `with newline ${base64(`${token}\n`)}`,
  `padded ${base64(token)}, shifted ${base64(`x${token}y`)}`,
  `https://u:${encodeURIComponent(password)}@host`,
  `form p=${new URLSearchParams({ p: password })}`,
  `json ${JSON.stringify({ password, key })}`,
  `shell '${password.replaceAll("'", `'\\''`)}'`,
]

describe('a masked text', () => {
  it.each(leaks)('hides the secret in %j', (text) => {
    const shown = maskAll(text)
    expect(shown).toContain('***')
    expect(shown).not.toMatch(/s3cr3t|topsecret|AAAAB3|tok_abc/)
    expect(shown).not.toContain(base64(token).slice(4, 16))
  })

  it('keeps everything else as it was', () => {
    expect(maskAll('Fetching main\nDone in 3 s\n')).toBe('Fetching main\nDone in 3 s\n')
    expect(maskAll(`a ${token} b ${token} c`)).toBe('a *** b *** c')
  })

  it('hides secrets that overlap, whole', () => {
    const overlapping = [new Secret('abcdefgh'), new Secret('efghijkl')]
    expect(maskAll('-abcdefghijkl-', overlapping)).toBe('-***-')
  })

  it('takes the longer of two that start alike', () => {
    expect(maskAll('-secret-longer-', [new Secret('secret'), new Secret('secret-longer')])).toBe(
      '-***-',
    )
  })

  it('does not hide what is too short to be a secret', () => {
    expect(needlesOf([new Secret('abc'), new Secret('')])).toEqual([])
  })

  it('holds back only what may be the beginning of a secret', () => {
    const masker = openMasker(['12345678'])
    expect(masker.write('a line\n')).toBe('a line\n')
    expect(masker.write('0123')).toBe('0')
    expect(masker.write('45678')).toBe('***')
    expect(masker.write('123')).toBe('')
    expect(masker.write('x')).toBe('123x')
  })
})

describe('a text cut into pieces', () => {
  const text = leaks.join('\n')

  it('comes out the same wherever it was cut', () => {
    const whole = maskAll(text)
    const needles = needlesOf(secrets)
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 200 }), (cuts) => {
        expect(maskInPieces(text, cuts, needles)).toBe(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('never shows a secret, whatever stands around it', () => {
    const around = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\n') })
    const secret = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), minLength: 4, maxLength: 12 })
    fc.assert(
      fc.property(around, secret, around, fc.array(fc.nat()), (before, value, after, cuts) => {
        const needles = needlesOf([new Secret(value)])
        const shown = maskInPieces(before + value + after, cuts, needles)
        expect(shown).not.toContain(value)
        expect(Buffer.from(shown).toString()).toBe(shown)
      }),
    )
  })
})

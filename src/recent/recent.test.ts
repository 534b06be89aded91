import { describe, expect, it } from 'vitest'
import { openRecent } from './recent.ts'

const bytesOf = (text: { readonly length: number }) => text.length
const open = () => openRecent<Uint8Array>({ bytesMax: 100_000, bytesOf })
const value = (length: number) => new Uint8Array(length)

describe('what was asked for lately', () => {
  it('is found once and then known', async () => {
    const recent = open()
    let finds = 0
    const find = async () => {
      finds += 1
      return value(finds)
    }
    const both = await Promise.all([recent.recall('a', find), recent.recall('a', find)])
    expect(both[0]).toBe(both[1])
    expect(await recent.recall('a', find)).toBe(both[0])
    expect(finds).toBe(1)
  })

  it('is looked for again after a failure', async () => {
    const recent = open()
    const fails = recent.recall('a', () => Promise.reject(new Error('gone')))
    await expect(fails).rejects.toThrow('gone')
    expect(await recent.recall('a', async () => value(3))).toHaveLength(3)
  })

  it('gives up what was not used for longest when there is too much', () => {
    const recent = open()
    for (const name of ['a', 'b', 'c']) recent.set(name, value(5000))
    for (let n = 0; n < 16; n += 1) {
      recent.set(`more ${n}`, value(5000))
      recent.get('a')
    }
    expect(recent.get('a')).toBeDefined()
    expect(recent.get('b')).toBeUndefined()
  })

  it('takes in what is new while all the rest is asked for', () => {
    const recent = open()
    const names = Array.from({ length: 30 }, (_, n) => `value ${n}`)
    for (const name of names) {
      recent.set(name, value(5000))
      for (const known of names) recent.get(known)
      expect(recent.get(name)).toBeDefined()
    }
    expect(names.filter((name) => recent.get(name)).length).toBeLessThan(names.length)
  })

  it('does not keep what would push out everything else', () => {
    const recent = open()
    recent.set('small', value(10))
    recent.set('large', value(50_000))
    expect(recent.get('large')).toBeUndefined()
    expect(recent.get('small')).toBeDefined()
  })
})

import { expect, it } from 'vitest'
import { arrowBetween, openPicture } from './picture.ts'

it('draws an arrow from lane to lane, either way', () => {
  expect(arrowBetween(0, 1)).toBe(
    '        │──────────────▶│               │               │       ',
  )
  expect(arrowBetween(2, 1)).toBe(
    '        │               │◀──────────────│               │       ',
  )
})

it('writes plain text where there is no terminal', () => {
  let written = ''
  const picture = openPicture((text) => {
    written += text
  }, false)
  picture.arrow('Tooling', 'Slipway', 'POST /deployments')
  picture.held('it held')
  expect(written).toMatch(/▶│ +│ +│ +POST \/deployments\n {2}✓ it held\n$/)
  expect(written).not.toContain('\u001b')
})

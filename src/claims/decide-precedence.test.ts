import { expect, it } from 'vitest'
import { decidePrecedence } from './decide-precedence.ts'

const at = (from: string, ...names: string[]) => names.map((name) => ({ name, from }))

it('an environment wins over its repository, which wins over its organisation', () => {
  const inForce = decidePrecedence(
    at('environment', 'A'),
    at('repository', 'A', 'B'),
    at('organisation', 'A', 'B', 'C'),
  )
  expect(inForce).toEqual([
    { name: 'A', from: 'environment' },
    { name: 'B', from: 'repository' },
    { name: 'C', from: 'organisation' },
  ])
})

it('a level without any leaves the others as they are', () => {
  expect(decidePrecedence([], at('repository', 'B', 'A'), [])).toEqual(at('repository', 'A', 'B'))
  expect(decidePrecedence()).toEqual([])
})

import { type Lane, lanes } from './model.ts'

type InFlight = Readonly<Record<Lane, number>>

/** Of all requests in flight (delivery 4.5). What one lane does not use is lent to the others. */
const shares: InFlight = { live: 70, retry: 20, bulk: 10 }

/** Whose turn it is: the lane first that has least of its share. */
export function decideLanes(inFlight: InFlight): readonly Lane[] {
  const used = (lane: Lane) => inFlight[lane] / shares[lane]

  return lanes.toSorted((a, b) => used(a) - used(b))
}

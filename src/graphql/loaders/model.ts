/** A page of a list that grows at one end: `limit` rows with ids between the two, from one end. */
export type Window = {
  readonly above: number
  readonly below: number
  readonly limit: number
  readonly end: 'oldest' | 'newest'
}

/** What is read of a document (GraphQL, October 2021 edition): queries, fragments and their values. */
export type Document = {
  readonly operations: readonly Operation[]
  readonly fragments: ReadonlyMap<string, Fragment>
}

export type Operation = {
  readonly kind: string
  /** '' for one without a name. */
  readonly name: string
  readonly defaults: ReadonlyMap<string, Value>
  readonly selections: readonly Selection[]
}

export type Fragment = { readonly on: string; readonly selections: readonly Selection[] }

export type Location = { readonly line: number; readonly column: number }

export type Selection =
  | Field
  | { readonly kind: 'spread'; readonly name: string; readonly at: Location }
  /** `on` is '' where no type is named. */
  | {
      readonly kind: 'inline'
      readonly on: string
      readonly selections: readonly Selection[]
      readonly at: Location
    }

export type Field = {
  readonly kind: 'field'
  /** What the answer calls it. */
  readonly key: string
  readonly name: string
  readonly args: ReadonlyMap<string, Value>
  readonly selections: readonly Selection[]
  readonly at: Location
}

export type Value =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: unknown }

/** What a client is told of a fault, in GitHub's members. */
export type GraphqlError = {
  readonly message: string
  readonly type?: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, string>>
  readonly locations?: readonly Location[]
}

/** A document that cannot be answered at all. */
export class DocumentFault extends Error {
  override readonly name = 'DocumentFault'
  readonly fault: GraphqlError
  constructor(fault: GraphqlError) {
    super(fault.message)
    this.fault = fault
  }
}

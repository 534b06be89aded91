/** What a signed body is about. It decides nothing but whether to look: the API is asked again. */
export type Notice = {
  readonly repository: string
  readonly id: number
  readonly environment: string
  readonly task: string
  /** Of a `deployment_status` body. */
  readonly status: { readonly state: string; readonly log_url: string } | null
}

/** The status and body that Octokit was refused with. */
export async function refusalOf(
  promise: Promise<unknown>,
): Promise<{ status: number; body: unknown }> {
  try {
    await promise
  } catch (error) {
    if (isRefusal(error)) return { status: error.status, body: error.response.data }
    throw error
  }
  throw new Error('it was not refused')
}

type Refusal = { readonly status: number; readonly response: { readonly data: unknown } }

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && 'status' in error && 'response' in error

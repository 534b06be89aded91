import { StringDecoder } from 'node:string_decoder'

const lineLengthMax = 16 * 1024

/**
 * Calls `onLine` for every line of a stream of UTF-8, without its end, and for
 * what is left when the stream closes. A line that never ends comes in pieces.
 */
export function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
    if (rest.length < lineLengthMax) return
    onLine(rest)
    rest = ''
  })
  stream.once('close', () => {
    if (rest !== '') onLine(rest)
  })
}

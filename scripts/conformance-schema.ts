import { writeFileSync } from 'node:fs'
import { sliceFile, sliceText } from './description-slice.ts'

/** Writes the part of GitHub's description that `slipway conformance` holds answers to. */
writeFileSync(sliceFile, sliceText())

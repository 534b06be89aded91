import { defineConfig } from 'vitest/config'
import { long } from './vitest.long.config.ts'

export default defineConfig({
  test: {
    // Two cores, real processes: a third worker has them busy while the others wait for a process or a disk.
    maxWorkers: 3,
    projects: [
      {
        // Pure functions, which leave nothing behind: a worker of its own for each file would only cost.
        test: { name: 'units', include: ['src/**/*.test.ts'], isolate: false },
      },
      {
        test: {
          name: 'whole',
          globalSetup: ['test/support/postgres.ts'],
          include: ['test/**/*.test.ts'],
          exclude: long,
          // Each starts servers of its own; the program itself, which all of them read, is read once.
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

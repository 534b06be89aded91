import { defineConfig } from 'vitest/config'

/** Every fault that deliveries must survive, also those that take minutes (`npm run test:fault`). */
export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres.ts'],
    include: [
      'src/{delivery/*,network}/**/*.test.ts',
      'test/{deliveries,leases,retention,sender}/**/*.test.ts',
      'test/fault/**/*.{fault,test}.ts',
    ],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})

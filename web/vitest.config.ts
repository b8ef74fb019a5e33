import { defineConfig, mergeConfig } from 'vitest/config';
import vite from './vite.config.ts';

export default mergeConfig(
  vite,
  defineConfig({
    test: {
      environment: 'happy-dom',
      include: ['src/**/*.test.{ts,tsx}'],
      setupFiles: ['src/app/testSetup.ts'],
      restoreMocks: true,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      env: { TZ: 'UTC' },
    },
  }),
);

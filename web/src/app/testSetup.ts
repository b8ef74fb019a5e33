import { afterEach } from 'vitest';
import { cleanup, configure } from '@testing-library/react';

// What is to be shown comes when this machine has time for it; a second is little where much else runs.
configure({ asyncUtilTimeout: 15_000 });
afterEach(cleanup);

import { afterEach, expect } from 'vitest';
import { cleanup, configure } from '@testing-library/react';

// What is to be shown comes when this machine has time for it; a second is little where much else runs.
configure({ asyncUtilTimeout: 15_000 });

/** What the page of a test asked for that the test had not put in. No server stands behind it: whatever it met would be chance. */
const asked: string[] = [];

globalThis.fetch = (request) => {
  asked.push(request instanceof Request ? request.url : request.toString());
  return Promise.reject(new TypeError('A test has no server.'));
};

afterEach(() => {
  cleanup();
  expect(asked.splice(0), 'asked of a server that is not there').toEqual([]);
});

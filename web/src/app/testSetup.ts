import { afterEach, expect } from 'vitest';
import { cleanup } from '@testing-library/react';

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

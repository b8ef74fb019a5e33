import { MantineProvider } from '@mantine/core';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startLanguage } from '@/app/i18n';
import { theme } from '@/app/theme';
import { SearchBox } from '@/features/inspections/SearchBox';

beforeAll(() => startLanguage('en'));
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open() {
  const found: string[] = [];
  const box = (value: string) => (
    <MantineProvider theme={theme} env="test">
      <SearchBox value={value} onFind={(text) => found.push(text)} onLeave={() => undefined} />
    </MantineProvider>
  );
  const { rerender } = render(box(''));
  const field = screen.getByRole<HTMLInputElement>('searchbox');
  return {
    found,
    field,
    type: (value: string) => fireEvent.change(field, { target: { value } }),
    pause: () => {
      act(() => {
        vi.advanceTimersByTime(1_000);
      });
    },
    arrive: (value: string) => rerender(box(value)),
  };
}

it('what is typed while the address follows stays typed', () => {
  const { found, field, type, pause, arrive } = open();
  type('FL');
  pause();
  expect(found).toEqual(['FL']);
  type('FL-4');
  arrive('FL');
  expect(field.value).toBe('FL-4');
  pause();
  expect(found).toEqual(['FL', 'FL-4']);
});

it('an address that changed by other means is shown, also one that was asked for before', () => {
  const { field, type, pause, arrive } = open();
  type('FL');
  pause();
  arrive('FL');
  arrive('');
  expect(field.value).toBe('');
  arrive('FL');
  expect(field.value).toBe('FL');
});

import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider, type QueryKey } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import { Problem, UNREACHABLE } from '@/api/client';
import { theme } from '@/app/theme';

/** A test puts in what the server said; only a query that says itself when it is enabled would ask for more. */
export const quietQueries = () => new QueryClient({ defaultOptions: { queries: { enabled: false } } });

/** As if the latest read had not reached the server; what an earlier one brought stays. */
export function failRead(queries: QueryClient, queryKey: QueryKey): void {
  const error = new Problem(0, UNREACHABLE, '', '');
  queries.getQueryCache().build(queries, { queryKey }).setState({ status: 'error', error, fetchStatus: 'idle' });
}

/** Shows part of a page, its links included. */
export async function show(content: React.ReactNode, queries = quietQueries()): Promise<void> {
  const root = createRootRoute({ component: () => content });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findAllByText(/./);
}

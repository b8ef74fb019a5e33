import '@/app/styles.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from '@/api/client';
import { loadWords, startLanguage } from '@/app/i18n';
import { makeRouter } from '@/app/router';
import { theme } from '@/app/theme';
import { noticeUnfetched } from '@/lib/unfetched';

// What the server says in English stands beside its translation only where it says more: to tell that, a page in another
// language needs the English words as well, but not before something is refused.
const compared = { onError: () => void loadWords('en').catch(() => undefined) };
const queries = new QueryClient({
  queryCache: new QueryCache(compared),
  mutationCache: new MutationCache(compared),
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a server that was not reached is asked again.
      retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: false,
    },
  },
});
const router = makeRouter(queries);
// The same name as in colour-scheme.js, which paints the first frame.
const colours = localStorageColorSchemeManager({ key: 'goodpart-colour-scheme' });

async function start(root: HTMLElement): Promise<void> {
  await startLanguage();
  createRoot(root).render(
    <StrictMode>
      {/* Variables and classes come from styles.css: the security policy allows no style elements. */}
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colours}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

noticeUnfetched();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root.');
start(root).catch(reportError);

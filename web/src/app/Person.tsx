import { ActionIcon, Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { sessionQuery } from '@/api/session';
import { keepLanguage, LANGUAGES, LANGUAGE_NAMES } from '@/app/i18n';
import { PersonIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { minuteOfDay } from '@/lib/time';
import classes from '@/app/Person.module.css';

/** Who is signed in; language; another screen; the way out. The browser's own dialog, so that no page waits for the code
 * of another. */
export function Person() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDialogElement>(null);
  const { data: session } = useQuery(sessionQuery);
  const name = session?.user.name ?? '';
  const label = t('person.menu', { name });
  useEffect(() => {
    if (open) menu.current?.showModal();
  }, [open]);
  return (
    <>
      <ActionIcon aria-label={label} title={label} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
        <PersonIcon fontSize={22} />
      </ActionIcon>
      <dialog
        ref={menu}
        className={classes.menu}
        aria-label={label}
        onClose={() => setOpen(false)}
        onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
      >
        {open && (
          <div className={classes.inside}>
            <div>
              <p className={classes.name}>{name}</p>
              <p className={classes.software}>Goodpart {session?.software}</p>
            </div>
            <Languages />
            <AnotherScreen />
            <SignOut />
          </div>
        )}
      </dialog>
    </>
  );
}

function Languages() {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.languages} role="group" aria-label={t('person.language')}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={i18n.language === language}
          onClick={() => void keepLanguage(language)}
        >
          {LANGUAGE_NAMES[language]}
        </button>
      ))}
    </div>
  );
}

/** A tablet at the line is signed in without typing a password there. */
function AnotherScreen() {
  const { t } = useTranslation();
  const face = useClockface();
  const link = useMutation({ mutationFn: () => answer(client.POST('/api/session/links', {})) });
  return (
    <div className={classes.screen}>
      <Button variant="default" fullWidth loading={link.isPending} onClick={() => link.mutate()}>
        {t('person.another')}
      </Button>
      {link.error !== null && <ProblemNotice error={link.error} />}
      {link.data !== undefined && (
        <>
          <input
            readOnly
            aria-label={t('person.link')}
            value={`${globalThis.location.origin}${link.data.path}`}
            onFocus={(event) => event.currentTarget.select()}
          />
          <p>{t('person.link_rule', { time: minuteOfDay(face, link.data.expires_at) })}</p>
        </>
      )}
    </div>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const router = useRouter();
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: () => answer(client.DELETE('/api/session', {})),
    onSuccess: async () => {
      await router.navigate({ to: '/sign-in' });
      queries.clear();
    },
  });
  return (
    <>
      {leave.error !== null && <ProblemNotice error={leave.error} />}
      <Button variant="subtle" fullWidth loading={leave.isPending} onClick={() => leave.mutate()}>
        {t('person.sign_out')}
      </Button>
    </>
  );
}

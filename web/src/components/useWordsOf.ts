import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, UNREACHABLE, type Values } from '@/api/client';
import { isUnfetched } from '@/lib/unfetched';

export interface ProblemWords {
  what: string;
  next: string;
  /** The server's own sentence, in English; empty where it says no more than `what` does. */
  detail: string;
}

export interface AlarmWords {
  title: string;
  /** What the alarm asks of whoever reads it. */
  next: string;
}

export interface WordsOf {
  problem: (error: Error) => ProblemWords;
  alarm: (code: string) => AlarmWords;
  /** What of a picture is not as in training. */
  optics: (code: string) => string;
  /** The name of a shift: people name theirs, the server the one of a plant that keeps none. */
  shift: (name: string) => string;
  /** What somebody did, by the action of an audit entry (`user.created`). */
  action: (action: string) => string;
}

/**
 * Whatever the server names by a code, in the language of the page.
 *
 * A server or gateway newer than an open page may use a code that the page has no words for: it then says so in
 * general, and what was recorded stands beside it.
 */
export function useWordsOf(): WordsOf {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    // `by_code` is left out of the types of the texts: no type knows what a server will send.
    const say = t as unknown as (key: string, values: Values) => string;
    const find = (key: string, values: Values = {}) => (i18n.exists(`by_code.${key}`) ? say(`by_code.${key}`, values) : undefined);
    return {
      problem: (error) => {
        if (isUnfetched(error)) return { what: t('problem.unfetched'), next: t('problem.unfetched_next'), detail: '' };
        if (!(error instanceof Problem)) return { what: t('problem.page_failed'), next: t('problem.reload'), detail: error.message };
        const { code, message, remedy, values } = error;
        if (code === UNREACHABLE) return { what: t('problem.unreachable'), next: t('problem.unreachable_remedy'), detail: '' };
        const what = find(`problem.${code}.what`, values);
        const next = find(`problem.${code}.next`, values);
        if (what === undefined || next === undefined) {
          return { what: t('problem.other.what'), next: t('problem.other.next'), detail: `${message} ${remedy}`.trim() };
        }
        const inEnglish = find(`problem.${code}.what`, { ...values, lng: 'en' });
        return { what, next, detail: inEnglish === message ? '' : message };
      },
      alarm: (code) => ({
        title: find(`alarm.${code}.title`) ?? t('alarms.other.title', { code }),
        next: find(`alarm.${code}.next`) ?? t('alarms.other.next'),
      }),
      optics: (code) => find(`optics.${code}`) ?? t('image.not_as_in_training'),
      shift: (name) => find(`shift.${name}`) ?? name,
      action: (action) => find(`action.${action}`) ?? action,
    };
  }, [t, i18n]);
}

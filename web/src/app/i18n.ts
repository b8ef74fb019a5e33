import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type en from '@/locales/en.json';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Each in itself: who looks for theirs cannot read the others. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

const STORED = 'goodpart-language';

declare module 'i18next' {
  interface CustomTypeOptions {
    // What is looked up by a code of the server is left out: no type knows what a server will send.
    resources: { translation: Omit<typeof en, 'by_code'> };
  }
}

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return LANGUAGES.find((language) => wanted.find((tag) => LANGUAGES.some((known) => known === tag)) === language) ?? 'en';
}

/** Nobody loads the words of a language that they do not read: each has all of them, as a test sees to. */
const WORDS = { en: () => import('@/locales/en.json'), de: () => import('@/locales/de.json') };

export async function loadWords(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const words = await WORDS[language]();
  i18next.addResourceBundle(language, 'translation', words.default);
}

export async function startLanguage(language: Language = firstLanguage()): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: language,
    fallbackLng: false,
    // React escapes what it draws.
    interpolation: { escapeValue: false },
    react: { bindI18nStore: 'added' },
  });
  await chooseLanguage(language);
  return i18next;
}

export async function chooseLanguage(language: Language): Promise<void> {
  await loadWords(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function keepLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await chooseLanguage(language);
}

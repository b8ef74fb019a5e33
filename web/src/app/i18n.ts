import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '@/locales/en.json';

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

async function load(language: Language): Promise<void> {
  if (language === 'de' && !i18next.hasResourceBundle('de', 'translation')) {
    const german = await import('@/locales/de.json');
    i18next.addResourceBundle('de', 'translation', german.default);
  }
}

export async function startLanguage(language: Language = firstLanguage()): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    // React escapes what it draws.
    interpolation: { escapeValue: false },
  });
  await chooseLanguage(language);
  return i18next;
}

export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function keepLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await chooseLanguage(language);
}

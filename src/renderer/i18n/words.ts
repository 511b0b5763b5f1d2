import { createInstance, type i18n } from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Message } from '#shared/domain';
import { CATALOGUES, type Locale, nearestLocale, type ScreenKey, saidParams } from '#shared/i18n';
import { type Formats, formatsFor } from './formats.ts';

/** Starts i18next over the catalogues of the product. */
export function createWords(locale: Locale): i18n {
  const instance = createInstance();
  instance.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: { 'zh-CN': { translation: CATALOGUES['zh-CN'] }, en: { translation: CATALOGUES.en } },
    keySeparator: false,
    nsSeparator: false,
    // Sentences become React text, which escapes by itself.
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  } as Parameters<i18n['init']>[0]);
  return instance;
}

export interface Words {
  locale: Locale;
  /** A sentence of the screen's own. */
  t(key: ScreenKey, params?: Record<string, string | number>): string;
  /** A sentence that main sent. */
  say(message: Message): string;
  f: Formats;
}

/** Sentences and figures in the operator's language. */
export function useWords(): Words {
  const { t, i18n: instance } = useTranslation();
  const locale = nearestLocale(instance.language);
  const formats = formatsFor(locale);
  return useMemo<Words>(
    () => ({
      locale,
      t: (key, params) => t(key, params ?? {}),
      say: (message) => t(message.key, saidParams(message.params, locale, formats.moment)),
      f: formats,
    }),
    [t, locale, formats],
  );
}

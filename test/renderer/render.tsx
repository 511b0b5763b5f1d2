import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { createWords } from '#renderer/i18n';

/** What a component puts on the page, in one language. */
export function render(node: ReactNode, locale: 'zh-CN' | 'en' = 'en'): string {
  return renderToStaticMarkup(<I18nextProvider i18n={createWords(locale)}>{node}</I18nextProvider>);
}

/** The words of it alone. */
export function textOf(markup: string): string {
  return markup
    .replace(/<(title|desc)[^>]*>.*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ')
    .trim();
}

import type { CatalogueSection } from './catalogue.ts';

export const practice: CatalogueSection = {
  'zh-CN': {},
  en: {},
};

import type { CatalogueSection } from './catalogue.ts';

export const problems: CatalogueSection = {
  'zh-CN': {},
  en: {},
};

import type { CatalogueSection } from './catalogue.ts';

export const evidence: CatalogueSection = {
  'zh-CN': {},
  en: {},
};

import type { CatalogueSection } from './catalogue.ts';

export const screen: CatalogueSection = {
  'zh-CN': {},
  en: {},
};

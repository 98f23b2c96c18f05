/** `page` counts from 1. */
export interface PageRequest {
  page: number;
  limit: number;
}
export interface Page<T> {
  items: T[];
  total: number;
}

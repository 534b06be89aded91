/** 0 or 1: neither engine's driver takes a boolean for both. */
export type Flag = 0 | 1

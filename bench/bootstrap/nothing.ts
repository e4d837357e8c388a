// The program that is measured does nothing.
export {};

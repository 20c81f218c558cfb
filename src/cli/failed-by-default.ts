/** The exit code until the program is loaded. Imported first: a file that was cut off must not end with 0. */
process.exitCode = 1;

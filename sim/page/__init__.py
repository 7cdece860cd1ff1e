"""The lessons as one web page: the compiled engine as WebAssembly, levers resolved here, pictures in the browser."""

# The README's command in a container. Not tried: no container engine was at hand.
FROM python:3.12-slim
COPY . /detsim
RUN pip install --no-cache-dir '/detsim[report]'
WORKDIR /work
ENTRYPOINT ["detsim"]

# The image of the server: built on the Debian it runs on, with only its libraries in the final image.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/install.sh scripts/
RUN scripts/install.sh run
COPY . .
RUN scripts/build.sh

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        ca-certificates curl libboost-url1.81.0 libjemalloc2 libprometheus-cpp-core1.0 \
        libprometheus-cpp-pull1.0 librdkafka1 librocksdb7.8 libspdlog1.10 libssl3 \
        $([ "$(dpkg --print-architecture)" != amd64 ] || echo libipsec-mb1) \
    && rm -rf /var/lib/apt/lists/*
# Volumes take owner and mode of the folder they are mounted on, at their first use.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/consularia consularia \
    && install --directory --mode 0700 --owner consularia --group consularia \
        /var/lib/consularia /run/secrets
COPY --from=build /src/build/release/consularia /usr/local/bin/
USER consularia
VOLUME /var/lib/consularia
EXPOSE 8080 9464
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["consularia"]
CMD ["serve", "--data-dir", "/var/lib/consularia", "--listen", "0.0.0.0:8080"]

/* The floor: what a streaming Lambda function costs when there is nothing in it but system calls. One blocking socket, one
 * buffer, no allocation. Every other figure of the benchmark is read as a ratio to this program's.
 *
 *   cc -O2 -static -o floor floor.c
 *   floor             status, headers and prelude in one send, then one send per chunk, then one for the last chunk
 *   floor --gather    whatever fits into 16 KB leaves in one send
 *
 * The protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
 */
#define _GNU_SOURCE /* strcasestr */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENT_BYTES = 8 * 1024 * 1024, /* the platform's 6 MB and room for the head; untouched pages cost nothing */
    GATHER_BYTES = 16 * 1024,
    CHUNK_BYTES = 1024 * 1024,
    FRAME_BYTES = CHUNK_BYTES + 32 /* size line before, CR LF behind */
};

#define NEXT "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n"
#define HEAD                                                                   \
    "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\n"           \
    "Host: %s\r\n"                                                             \
    "Content-Type: application/vnd.awslambda.http-integration-response\r\n"    \
    "Lambda-Runtime-Function-Response-Mode: streaming\r\n"                     \
    "Transfer-Encoding: chunked\r\n"                                           \
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
#define PRELUDE "{\"statusCode\":200,\"headers\":{\"Content-Type\":\"text/plain\"}}"
#define LAST_CHUNK "0\r\n\r\n"

static int connection;
static int gather;
static char gathered[GATHER_BYTES];
static size_t gathered_bytes;
static char event[EVENT_BYTES + 1];
static char frame[FRAME_BYTES];

static void die(const char *what) {
    fprintf(stderr, "floor: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

static void send_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(connection, bytes, count, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            die("cannot send to the Runtime API");
        }
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void flush(void) {
    send_all(gathered, gathered_bytes);
    gathered_bytes = 0;
}

static void emit(const char *bytes, size_t count) {
    if (!gather) {
        send_all(bytes, count);
        return;
    }

    if (gathered_bytes + count > GATHER_BYTES) flush();
    if (count > GATHER_BYTES) {
        send_all(bytes, count);
        return;
    }

    memcpy(gathered + gathered_bytes, bytes, count);
    gathered_bytes += count;
}

/* Reads one answer into `event`, head and body, ends it with a NUL and returns where the body starts. */
static char *receive(void) {
    size_t have = 0, need = 0;
    char *body = NULL;
    errno = 0;
    while (body == NULL || have < need) {
        ssize_t count = recv(connection, event + have, EVENT_BYTES - have, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) die("the Runtime API closed the connection");
        have += (size_t)count;
        event[have] = 0;
        if (body != NULL) continue;

        char *blank = strstr(event, "\r\n\r\n");
        if (blank == NULL) continue;
        char *length = strcasestr(event, "\r\ncontent-length:");
        if (length == NULL || length > blank) die("the Runtime API's answer has no Content-Length");
        body = blank + 4;
        need = (size_t)(body - event) + strtoul(length + 17, NULL, 10);
        if (need > EVENT_BYTES) die("the event is larger than the platform allows");
    }

    return body;
}

static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes base64 in place, up to the first character that is none (the closing quote, or padding). */
static void decode_base64(char *text) {
    unsigned bits = 0;
    int count = 0, value;
    char *out = text;
    for (const char *in = text; (value = sextet(*in)) >= 0; in++) {
        bits = bits << 6 | (unsigned)value;
        count += 6;
        if (count >= 8) *out++ = (char)(bits >> (count -= 8));
    }
    *out = 0;
}

/* The number that follows a name: `"count":1` and, inside the event's JSON string, `\"count\":1` alike. */
static size_t number_after(const char *workload, const char *name) {
    const char *at = strstr(workload, name);
    if (at == NULL) die("a number of the workload is missing from the event");
    at += strlen(name);
    return strtoul(at + strcspn(at, "0123456789"), NULL, 10);
}

/* Frames one chunk of `size` bytes once; the same bytes are then sent as often as the workload says. */
static size_t frame_chunk(size_t size) {
    if (size > CHUNK_BYTES) die("a chunk of the workload is larger than 1 MB");
    size_t head = (size_t)sprintf(frame, "%zx\r\n", size);
    memset(frame + head, 'x', size);
    memcpy(frame + head + size, "\r\n", 2);
    return head + size + 2;
}

static void write_workload(char *body) {
    char *text = strstr(body, "\"body\"");
    if (text == NULL) die("the event has no body");
    if (strstr(body, "\"isBase64Encoded\":true") != NULL) decode_base64(text += strlen("\"body\":\""));
    const char *workload = strstr(text, "workload");
    if (workload == NULL) die("the event's body names no workload");
    workload += strlen("workload");
    workload += strspn(workload, "\\\": ");

    errno = 0;
    if (strncmp(workload, "tiny", 4) == 0) {
        emit("d\r\nHello, world!\r\n", 18);
    } else if (strncmp(workload, "small", 5) == 0) {
        size_t framed = frame_chunk(number_after(workload, "size"));
        for (size_t left = number_after(workload, "count"); left > 0; left--) emit(frame, framed);
    } else if (strncmp(workload, "big", 3) == 0) {
        size_t chunk = number_after(workload, "chunk"), framed = frame_chunk(chunk);
        if (chunk == 0) die("the workload's chunk is zero");
        size_t left = number_after(workload, "bytes");
        for (; left >= chunk; left -= chunk) emit(frame, framed);
        if (left > 0) emit(frame, frame_chunk(left));
    } else {
        die("the event's workload is none of tiny, small, big");
    }
}

static void connect_to(const char *authority) {
    char host[64];
    const char *colon = strrchr(authority, ':');
    if (colon == NULL || (size_t)(colon - authority) >= sizeof host) die("AWS_LAMBDA_RUNTIME_API is not HOST:PORT");
    memcpy(host, authority, (size_t)(colon - authority));
    host[colon - authority] = 0;

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("AWS_LAMBDA_RUNTIME_API's host is not an IPv4 address");
    connection = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) die("cannot connect to the Runtime API");
}

int main(int argc, char **argv) {
    const char *authority = getenv("AWS_LAMBDA_RUNTIME_API");
    if (authority == NULL) die("AWS_LAMBDA_RUNTIME_API is not set: start this program by the benchmark");
    gather = argc > 1 && strcmp(argv[1], "--gather") == 0;
    connect_to(authority);

    char next[256], head[1024];
    int next_bytes = snprintf(next, sizeof next, NEXT, authority);
    for (;;) {
        send_all(next, (size_t)next_bytes);
        char *body = receive();
        static const char id_header[] = "\r\nlambda-runtime-aws-request-id:";
        const char *id = strcasestr(event, id_header);
        if (id == NULL || id > body) die("the event has no request id");
        id += strlen(id_header);
        id += strspn(id, " ");

        /* The head and the prelude, itself a chunk that ends with eight NULs, share a send. */
        int bytes = snprintf(head, sizeof head, HEAD "%zx\r\n" PRELUDE, (int)strcspn(id, "\r"), id, authority, sizeof PRELUDE - 1 + 8);
        if (bytes + 10 > (int)sizeof head) die("the request id is too long");
        memset(head + bytes, 0, 8);
        memcpy(head + bytes + 8, "\r\n", 2);
        emit(head, (size_t)bytes + 10);
        write_workload(body);
        emit(LAST_CHUNK, sizeof LAST_CHUNK - 1);
        flush();

        receive();
        if (strncmp(event, "HTTP/1.1 202", 12) != 0) die("the Runtime API refused the response");
    }
}

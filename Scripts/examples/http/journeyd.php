<?php
// Events to journeyd and decisions from it, with PHP alone.
class Journeyd
{
    public function __construct(private string $address = 'http://127.0.0.1:8080', private ?string $token = null) {}

    private function post(string $path, mixed $body): array
    {
        $fields = ['Content-Type: application/json'];
        if ($this->token !== null) $fields[] = "Authorization: Bearer $this->token";
        $options = ['method' => 'POST', 'header' => $fields, 'content' => json_encode($body), 'timeout' => 5, 'ignore_errors' => true];
        $text = file_get_contents($this->address . $path, false, stream_context_create(['http' => $options]));
        return [(int) explode(' ', $http_response_header[0])[1], json_decode($text, true)];
    }

    public function send(array ...$events): array
    {
        [$status, $told] = $this->post('/events', $events);
        if ($status !== 202 && $status !== 400) throw new RuntimeException("$status: {$told['error']}");
        return $told['rejected'];
    }

    /** The chosen actions, best first; none where there is no decision in time. */
    public function decide(array $event, string $timeout = '200ms'): array
    {
        [$status, $told] = $this->post("/decide?types=decision&timeout=$timeout", $event);
        return $status === 200 ? array_values(array_filter($told['lines'], fn($line) => isset($line['action']))) : [];
    }
}

/**
 * What is asked of a Windows server: each a script that changes nothing and prints one JSON value, in UTF-8 whatever the system's
 * language. Listed in docs/checks.md.
 */
const script = (body: string) =>
  `$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; [Console]::OutputEncoding = [Text.Encoding]::UTF8; ${body} | ConvertTo-Json -Compress -Depth 4`;

export const SYSTEM_SCRIPT = script(
  "@{ system = [Environment]::OSVersion.VersionString; windows = ($env:OS -eq 'Windows_NT') }",
);

/** A process by its number, with the machine and the boot that it belongs to. */
export function processScript(pid: number): string {
  return script(
    `$p = Get-Process -Id ${pid} -ErrorAction SilentlyContinue; ` +
      "@{ machine = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Cryptography').MachineGuid; " +
      "booted = (Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString('yyyyMMddHHmmss'); " +
      'found = ($null -ne $p); started = if ($p -and $p.StartTime) { "$($p.StartTime.ToFileTimeUtc())" } else { $null } }',
  );
}

export const PROCESSES_SCRIPT = script(
  '@{ now = [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds(); processes = @(Get-CimInstance Win32_Process | ForEach-Object { ' +
    '@{ pid = $_.ProcessId; parent = $_.ParentProcessId; command = $_.CommandLine; ' +
    'started = if ($_.CreationDate) { ([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds() } else { $null } } }) }',
);

export const PORTS_SCRIPT = script(
  '@{ tcp = @(Get-NetTCPConnection -State Listen | ForEach-Object { @{ address = $_.LocalAddress; port = $_.LocalPort; pid = $_.OwningProcess } }); ' +
    'udp = @(Get-NetUDPEndpoint | ForEach-Object { @{ address = $_.LocalAddress; port = $_.LocalPort; pid = $_.OwningProcess } }) }',
);

export const FIREWALL_SCRIPT = script(
  '@{ profiles = @(Get-NetFirewallProfile -PolicyStore ActiveStore | ForEach-Object { @{ name = "$($_.Name)"; enabled = "$($_.Enabled)"; inbound = "$($_.DefaultInboundAction)" } }); ' +
    'networks = @(Get-NetConnectionProfile | ForEach-Object { "$($_.NetworkCategory)" }); ' +
    'rules = @(Get-NetFirewallRule -PolicyStore ActiveStore -Direction Inbound -Enabled True | ForEach-Object { @{ id = $_.InstanceID; name = $_.DisplayName; action = "$($_.Action)"; profiles = "$($_.Profile)" } }); ' +
    'ports = @(Get-NetFirewallPortFilter -PolicyStore ActiveStore | ForEach-Object { @{ id = $_.InstanceID; protocol = "$($_.Protocol)"; local = @($_.LocalPort); remote = @($_.RemotePort) } }); ' +
    'addresses = @(Get-NetFirewallAddressFilter -PolicyStore ActiveStore | ForEach-Object { @{ id = $_.InstanceID; remote = @($_.RemoteAddress) } }); ' +
    'programs = @(Get-NetFirewallApplicationFilter -PolicyStore ActiveStore | ForEach-Object { @{ id = $_.InstanceID; program = "$($_.Program)" } }) }',
);

export const DISKS_SCRIPT = script(
  '@{ disks = @(Get-CimInstance Win32_LogicalDisk | ForEach-Object { @{ drive = $_.DeviceID; free = $_.FreeSpace; size = $_.Size } }) }',
);

export const CLOCK_SCRIPT = script(
  '@{ now = [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds(); service = "$((Get-Service W32Time -ErrorAction SilentlyContinue).Status)" }',
);

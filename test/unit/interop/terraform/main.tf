terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

variable "endpoint" { type = string }

variable "api_token" {
  type      = string
  sensitive = true
}

variable "memory" {
  type    = number
  default = 1024
}

variable "template" { type = string }

provider "proxmox" {
  endpoint  = var.endpoint
  api_token = var.api_token
  insecure  = true
}

data "proxmox_virtual_environment_nodes" "all" {}

data "proxmox_virtual_environment_datastores" "pve1" {
  node_name = "pve1"
}

resource "proxmox_virtual_environment_pool" "pool" {
  pool_id = "terraform"
  comment = "By Terraform"
}

resource "proxmox_virtual_environment_download_file" "image" {
  content_type = "iso"
  datastore_id = "local"
  node_name    = "pve1"
  url          = "https://images.example/debian-13-genericcloud-amd64.img"
  file_name    = "debian-13.img"
}

resource "proxmox_virtual_environment_vm" "vm" {
  name      = "from-terraform"
  node_name = "pve1"
  vm_id     = 4321
  pool_id   = proxmox_virtual_environment_pool.pool.pool_id
  tags      = ["terraform"]

  agent {
    enabled = true
  }
  cpu {
    cores = 2
    type  = "x86-64-v2-AES"
  }
  memory {
    dedicated = var.memory
  }
  disk {
    datastore_id = "local-lvm"
    interface    = "scsi0"
    size         = 8
  }
  network_device {
    bridge = "vmbr0"
  }
  operating_system {
    type = "l26"
  }
  started         = false
  stop_on_destroy = true
}

resource "proxmox_virtual_environment_vm" "clone" {
  name      = "cloned-by-terraform"
  node_name = "pve1"
  vm_id     = 4323
  clone {
    vm_id = proxmox_virtual_environment_vm.vm.vm_id
    full  = true
  }
  started = false
}

resource "proxmox_virtual_environment_container" "container" {
  node_name    = "pve1"
  vm_id        = 4322
  unprivileged = true
  started      = true

  initialization {
    hostname = "ct-from-terraform"
    ip_config {
      ipv4 {
        address = "dhcp"
      }
    }
  }
  disk {
    datastore_id = "local-lvm"
    size         = 4
  }
  network_interface {
    name = "eth0"
  }
  operating_system {
    template_file_id = var.template
    type             = "debian"
  }
}

output "nodes" {
  value = data.proxmox_virtual_environment_nodes.all.names
}

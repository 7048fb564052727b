terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

variable "password" {
  type      = string
  sensitive = true
}

variable "ports" { type = map(number) }

variable "template" { type = string }

variable "hostname" {
  type    = string
  default = "first"
}

variable "ids" {
  type    = number
  default = 65536
}

provider "proxmox" {
  ssh {
    username = "root"
    password = var.password

    dynamic "node" {
      for_each = var.ports
      content {
        name    = node.key
        address = "127.0.0.1"
        port    = node.value
      }
    }
  }
}

resource "proxmox_download_file" "image" {
  content_type = "iso"
  datastore_id = "local"
  node_name    = "pve1"
  url          = "https://images.example/debian-13-genericcloud-amd64.img"
  file_name    = "debian-13-ssh.img"
}

resource "proxmox_virtual_environment_file" "user_data" {
  content_type = "snippets"
  datastore_id = "local"
  node_name    = "pve1"

  source_raw {
    data      = "#cloud-config\nhostname: ${var.hostname}\n"
    file_name = "user-data.yaml"
  }
}

resource "proxmox_virtual_environment_file" "vendor_data" {
  content_type = "snippets"
  datastore_id = "local"
  node_name    = "pve1"

  source_file {
    path = "vendor-data.yaml"
  }
}

resource "proxmox_virtual_environment_vm" "vm" {
  name      = "from-image"
  node_name = "pve1"
  vm_id     = 4331
  started   = false

  disk {
    datastore_id = "local-lvm"
    file_id      = proxmox_download_file.image.id
    file_format  = "raw"
    interface    = "scsi0"
    size         = 20
    discard      = "on"
    iothread     = true
  }
  initialization {
    datastore_id        = "local-lvm"
    user_data_file_id   = proxmox_virtual_environment_file.user_data.id
    vendor_data_file_id = proxmox_virtual_environment_file.vendor_data.id
  }
}

resource "proxmox_virtual_environment_container" "container" {
  node_name    = "pve1"
  vm_id        = 4332
  unprivileged = true
  started      = false

  initialization {
    hostname = "ct-with-idmap"
  }
  disk {
    datastore_id = "local-lvm"
    size         = 4
  }
  operating_system {
    template_file_id = var.template
    type             = "debian"
  }
  idmap {
    type         = "uid"
    container_id = 0
    host_id      = 100000
    size         = var.ids
  }
  idmap {
    type         = "gid"
    container_id = 0
    host_id      = 100000
    size         = var.ids
  }
}
